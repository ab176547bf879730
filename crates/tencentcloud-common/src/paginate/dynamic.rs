//! Pages of calls with JSON parameters.

use serde_json::Value;

use super::members::{Page, RequestMut, take_items};
use super::pages::PagedRequest;
use super::{Items, Pages, Paging};
use crate::call::{Call, DynamicRequest};
use crate::error::Error;

impl PagedRequest for DynamicRequest<Value> {
    type Item = Value;

    fn action(&self) -> &str {
        self.action()
    }

    fn copy(&mut self) -> Self {
        self.copy_or_move()
    }

    fn members(&mut self, paging: &Paging) -> Result<RequestMut<'_>, Error> {
        let json = self.json_mut()?;
        Ok(RequestMut::Json { json, as_text: paging.as_text })
    }

    fn page(response: &Value, paging: &Paging) -> Result<Page, Error> {
        Page::of_json(response, paging)
    }

    fn into_items(response: Value, paging: &Paging) -> Vec<Value> {
        take_items(response, paging)
    }
}

impl Call<DynamicRequest<Value>> {
    /// Returns the responses of all pages as a stream. Each page is a call with the options of this
    /// one; a [`timeout`](Self::timeout) applies to each. See [`paginate`](crate::paginate).
    ///
    /// A response with several lists is an error of kind
    /// [`Response`](crate::ErrorKind::Response): name the list with [`Paging::items`].
    pub fn pages(self, paging: Paging) -> Pages<DynamicRequest<Value>> {
        Pages::new(self, paging)
    }

    /// Returns the items of all pages as a stream. See [`pages`](Self::pages).
    pub fn items(self, paging: Paging) -> Items<DynamicRequest<Value>> {
        self.pages(paging).items()
    }
}
