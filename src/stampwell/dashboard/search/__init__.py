"""One search of everything that a person may see: customers' cards, card designs, links, sales and pages."""
