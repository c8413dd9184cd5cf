"""Views and pages in the Faust web server."""
