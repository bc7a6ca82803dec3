"""The product, cut by feature."""
