"""The merchant's pages: Home, Stamp Card, Stamps, Link Domain Management, Developer API, Account."""
