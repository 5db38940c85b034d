"""How the rules say that what they were given cannot be right."""


class WrongInput(ValueError):
    """The message names what is wrong, in English.

    `code` is a stable slug and `values` holds what the message mentions, so that a screen can say the
    same in the language of its reader.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.code = code
        self.values = values
