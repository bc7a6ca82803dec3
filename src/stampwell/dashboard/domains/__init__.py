"""Link Domain Management: the custom domains of an account."""
