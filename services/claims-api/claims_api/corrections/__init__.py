"""What payers say is wrong in our registration: proposals that a person accepts or rejects."""
