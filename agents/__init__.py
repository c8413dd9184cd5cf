"""What moves the pipeline: the only code that knows Faust. Runs from the checkout, is not installed."""
