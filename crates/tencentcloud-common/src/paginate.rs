//! Pages of list actions: every page, or every item, of a call as a stream.
//!
//! [`Call::pages`](crate::Call::pages) returns the responses and [`Call::items`](crate::Call::items)
//! their items. Both make the next call only when it is needed, with the options of the first one.
//!
//! ```no_run
//! # use tencentcloud_common::paginate::Paginate;
//! # use tencentcloud_common::{Call, Error};
//! # async fn example<R: Paginate>(call: Call<R>) -> Result<(), Error> {
//! // `call` is, for example, `client.describe_instances(DescribeInstancesRequest::new())`.
//! let mut items = call.items().page_size(100);
//! let mut count = 0;
//! while let Some(item) = items.next().await {
//!     item?;
//!     count += 1;
//! }
//! println!("{count} items");
//! # Ok(())
//! # }
//! ```
//!
//! With [`CommonClient`](crate::CommonClient), a [`Paging`] names the members of the action:
//!
//! ```no_run
//! use tencentcloud_common::paginate::Paging;
//! use tencentcloud_common::serde_json::json;
//! # use tencentcloud_common::{CommonClient, Error};
//!
//! # async fn example(client: CommonClient) -> Result<(), Error> {
//! let call = client.call_json("DescribeInstances", json!({}));
//! let mut instances = call.items(Paging::by_offset("Offset", "Limit"));
//! while let Some(instance) = instances.next().await {
//!     println!("{}", instance?["InstanceId"]);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Which page is next
//!
//! - **Offset**: it grows by the number of items received, whatever the page size. The last page is
//!   the one that reaches the total number of items, or is empty.
//! - **Page number**: it grows by one. The last page is the one that reaches the total, or is empty.
//! - **Token**: that of the response. The last page is the one whose token is absent, empty, or was
//!   used before. A page may be empty.
//!
//! A few actions can be read by offset and by token. They are read by token if the request sets the
//! token or a page size that only the token has, and otherwise by offset.
//!
//! The first call uses the position in the request, so that reading can begin anywhere. A list that
//! changes while it is read by offset or page number may miss items or repeat them, because the
//! service counts them anew for each page.

mod dynamic;
pub(crate) mod items;
mod members;
mod pages;
mod paging;
mod position;

pub use items::Items;
pub use pages::{PageRequest, Pages, PagesWithMetadata};
pub use paging::Paging;

use crate::protocol::Action;

/// The request of a list action, which has [`pages`](crate::Call::pages) and
/// [`items`](crate::Call::items).
///
/// Use it as a bound in generic code. Only generated code should implement it, because any version
/// may add required items.
pub trait Paginate: Action + Clone {
    /// An item of the list.
    type Item: Send + 'static;

    /// The members of the request and the response that say which page is which.
    #[doc(hidden)]
    const PAGING: &'static Paging;

    /// Returns the items of a response.
    #[doc(hidden)]
    fn into_items(response: Self::Response) -> Vec<Self::Item>;
}

/// Implements [`Paginate`] for a request. For generated code; not covered by semantic versioning.
///
/// After the request: the type of an item, the field of the response with the list, which may be in
/// the object of another field, and a constant expression of type [`Paging`].
#[doc(hidden)]
#[macro_export]
macro_rules! paginate {
    ($request:ty => $item:ty, $list:ident, $paging:expr $(,)?) => {
        $crate::paginate!(@impl $request, $item, $paging, response,
            $crate::__private::IntoItems::into_items(response.$list));
    };
    ($request:ty => $item:ty, $object:ident . $list:ident, $paging:expr $(,)?) => {
        $crate::paginate!(@impl $request, $item, $paging, response,
            response.$object.map_or_else(::std::vec::Vec::new, |object| {
                $crate::__private::IntoItems::into_items(object.$list)
            }));
    };
    (@impl $request:ty, $item:ty, $paging:expr, $response:ident, $items:expr) => {
        impl $crate::paginate::Paginate for $request {
            type Item = $item;

            const PAGING: &'static $crate::paginate::Paging = &$paging;

            #[inline]
            fn into_items(
                $response: <Self as $crate::Action>::Response,
            ) -> ::std::vec::Vec<$item> {
                $items
            }
        }
    };
}
