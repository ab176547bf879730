//! The wire protocol: models, parameters and responses, and their encodings. It does no I/O.
//!
//! [`query`] flattens parameters for a query string, [`model`] reads and writes typed requests and
//! responses, and an [`Action`] links a request to its response.
//!
//! ```
//! use tencentcloud_common::protocol::query::{flatten, to_query};
//!
//! let parameters = flatten(br#"{"Limit": 1, "Zones": ["ap-shanghai-2"]}"#)?;
//! assert_eq!(to_query(&parameters), "Limit=1&Zones.0=ap-shanghai-2");
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

pub(crate) mod action;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod headers;
pub mod model;
pub mod query;
pub(crate) mod raw_members;

pub use action::Action;
pub use encode::Multipart;
