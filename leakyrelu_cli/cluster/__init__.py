"""Files converted by the workers of a Dask cluster. The only folder that imports distributed."""
