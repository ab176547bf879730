//! Tables: how a request or response struct is read, written, compared and printed.
//!
//! A generated struct is plain Rust. One [`table!`](crate::table) line beside it lists its members
//! by the names the API uses, and everything else about JSON lives here, once for all structs:
//! [`json::to_vec`] writes, [`json::from_slice`] reads leniently, `Debug` hides secrets, and
//! `PartialEq` compares member by member. That keeps a service crate cheap to compile.
//!
//! ```
//! use tencentcloud_common::model::{json, Leniency};
//! use tencentcloud_common::table;
//!
//! /// A filter of a query.
//! #[derive(Clone, Default)]
//! pub struct Filter {
//!     /// What is filtered.
//!     pub name: Option<String>,
//!     /// The accepted values.
//!     pub values: Option<Vec<String>>,
//! }
//! table!(Filter {
//!     "Name": name,
//!     "Values": values,
//! } required ["Name"]);
//!
//! let mut filter = Filter::default();
//! json::from_slice(br#"{"Name": "zone", "Values": null}"#, &mut filter, Leniency::Lenient)?;
//! assert_eq!(filter.name.as_deref(), Some("zone"));
//! assert_eq!(json::to_vec(&filter)?, br#"{"Name":"zone"}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod binary;
pub(crate) mod compare;
pub(crate) mod debug;
pub(crate) mod field;
pub mod json;
pub(crate) mod path;
pub(crate) mod read;
mod required;
pub(crate) mod table;
pub(crate) mod write;

pub use binary::Binary;
pub use json::{Leniency, ReadError, WriteError};
pub use table::Model;

pub(crate) use field::{Field, ListMut, Mut, ObjectList, Ref};
pub(crate) use required::missing_required;
