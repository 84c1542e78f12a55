"""Why the bank's money cannot be matched that way."""

from ar_shared.kernel.errors import ConflictError, InvalidRequestError, StateConflictError


class LineNotOpenError(StateConflictError):
    """The line is matched, set aside, or holds less than that."""

    code = "bank_line_not_open"
    title = "The bank line has less open money than that"


class PaymentNotOpenError(StateConflictError):
    """The payment does not wait for so much money, or the bank never had so much of it to take back."""

    code = "payment_not_open"
    title = "The payment does not wait for that much money"


class LineInUseError(StateConflictError):
    """The line is matched, or its money is held: undo that first."""

    code = "bank_line_in_use"
    title = "The bank line is in use"


class NoColumnsError(InvalidRequestError):
    """The account has no declared columns, so that its CSV files cannot be read."""

    code = "columns_not_declared"
    title = "The account declares no CSV columns"


class BankAccountNumberTakenError(ConflictError):
    """BAI2 files name an account by its number, so two accounts cannot have the same one."""

    code = "bank_account_number_taken"
    title = "Another account has this number"


class EmptyStatementError(InvalidRequestError):
    """There is no byte in the body."""

    code = "statement_empty"
    title = "The statement is empty"
