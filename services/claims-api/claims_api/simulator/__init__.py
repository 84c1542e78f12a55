"""The simulated payers of a sandbox practice: they answer our 837 and 276 as payers do, and pay into its bank."""
