//! Reads, writes, compares and prints requests, responses and the structs inside them.
//!
//! A generated struct is plain Rust. A table next to it lists its members by the names of the API.
//! The code that handles JSON is here, once for all structs: [`json::to_vec`] writes,
//! [`json::from_slice`] reads leniently, `Debug` redacts secrets, and `PartialEq` compares member
//! by member. This keeps service crates cheap to compile.
//!
//! A program rarely needs more than [`Model`] as a bound, and [`json`] for tests and recorded
//! responses. Items that only generated code uses are hidden and may change without notice.
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
//! # /// A filter.
//! # #[derive(Clone, Default)]
//! # pub struct Filter {
//! #     /// The name of the filter.
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
pub(crate) mod member;
pub(crate) mod path;
pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod write;

pub use binary::Binary;
pub use json::{Leniency, ReadError, WriteError};
pub use table::Model;

pub(crate) use field::{Field, ListMut, Mut, ObjectList, Ref};
