"""The languages of messages: gettext catalogues, and which of them a request wants."""
