"""The contract of stamps over the API: request models, stamp objects, schemas; how a request becomes a stamp or a change."""
