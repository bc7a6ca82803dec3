"""What pages for people are made of, whoever they are for: templates, forms, and the headers that keep them safe."""
