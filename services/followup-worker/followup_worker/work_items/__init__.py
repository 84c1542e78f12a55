"""Work items: something a person must do by a date, with the reason, and who has it now."""
