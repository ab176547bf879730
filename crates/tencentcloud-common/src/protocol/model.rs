//! Requests, responses and their parts as data: read, written, compared and printed.
//!
//! A generated struct is plain Rust. A table beside it lists its members by the names the API
//! uses, and everything else about JSON lives here, once for all structs: [`json::to_vec`] writes,
//! [`json::from_slice`] reads leniently, `Debug` hides secrets, and `PartialEq` compares member by
//! member. That keeps a service crate cheap to compile.
//!
//! A program rarely needs more of it than [`Model`] as a bound, and [`json`] for tests and recorded
//! responses. What generated code needs is hidden, and changes without notice.
//!
//! ```
//! use tencentcloud_common::protocol::model::{Leniency, Model, json};
//! # use tencentcloud_common::table;
//!
//! /// Reads a recorded response of any action.
//! fn recorded<M: Model + Default>(text: &str) -> Result<M, json::ReadError> {
//!     let mut model = M::default();
//!     json::from_slice(text.as_bytes(), &mut model, Leniency::Lenient)?;
//!     Ok(model)
//! }
//! # /// A filter of a query.
//! # #[derive(Clone, Default)]
//! # pub struct Filter {
//! #     /// What is filtered.
//! #     pub name: Option<String>,
//! #     /// The accepted values.
//! #     pub values: Option<Vec<String>>,
//! # }
//! # table!(Filter { "Name": name, "Values": values } required ["Name"]);
//!
//! let filter: Filter = recorded(r#"{"Name": "zone", "Values": null}"#)?;
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
