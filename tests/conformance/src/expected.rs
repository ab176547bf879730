//! Expected results for the examples of one version of the upstream package.
//!
//! They apply to that version only, because the examples of other versions were not reviewed.

/// Version of the upstream package.
pub(crate) const UPSTREAM: &str = "3.1.189.1";

/// Number of examples, and how many of them pass in strict mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) strict: usize,
    pub(crate) all: usize,
}

/// Expected results of one service version.
pub(crate) struct Expected {
    pub(crate) service: &'static str,
    pub(crate) version: &'static str,
    /// Counts that must not get worse.
    pub(crate) requests: Count,
    pub(crate) responses: Count,
    /// Action and reason of the examples that fail even in lenient mode. An example in this list
    /// that passes is an error, so that the list stays correct.
    pub(crate) excluded: &'static [(&'static str, &'static str)],
}

/// Services whose examples were reviewed.
pub(crate) const EXPECTED: [Expected; 3] = [
    Expected {
        service: "cbs",
        version: "2017-03-12",
        requests: Count { strict: 49, all: 50 },
        responses: Count { strict: 70, all: 70 },
        excluded: &[("ModifyDiskExtraPerformance", "the request is two JSON documents")],
    },
    Expected {
        service: "cvm",
        version: "2017-03-12",
        requests: Count { strict: 121, all: 122 },
        responses: Count { strict: 123, all: 123 },
        excluded: &[],
    },
    Expected {
        service: "vpc",
        version: "2017-03-12",
        requests: Count { strict: 273, all: 282 },
        responses: Count { strict: 517, all: 520 },
        excluded: &[],
    },
];
