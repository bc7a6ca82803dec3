"""How a stamp card looks, wherever it is shown: `templates/card.html` draws a `Face`."""
