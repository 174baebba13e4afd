//! Logs: message and dotted fields, never an address or a token.
