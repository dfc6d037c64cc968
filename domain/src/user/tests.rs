//! Given, when, then: each decision of the aggregate.
