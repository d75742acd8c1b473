"""The doors: words -> a job."""
