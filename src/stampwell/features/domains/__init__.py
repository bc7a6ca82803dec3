"""The web origins that stamp links may be on."""
