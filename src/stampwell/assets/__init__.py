"""What browsers fetch beside pages: styles, modules, pictures. One folder for every page, served under /assets/."""
