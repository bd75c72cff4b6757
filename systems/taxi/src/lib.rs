//! Call taxi.
