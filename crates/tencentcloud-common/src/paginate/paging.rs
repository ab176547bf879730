/// The members of a list action that say which page is which.
///
/// Generated code has one for each list action. Write one for a call of
/// [`CommonClient`](crate::CommonClient), with the names in the documentation of the action:
///
/// ```
/// use tencentcloud_common::paginate::Paging;
///
/// let by_offset = Paging::by_offset("Offset", "Limit");
/// let by_page = Paging::by_page("PageNumber", "PageSize").items("Data.Rules");
/// let by_token = Paging::by_token("NextToken", "NextToken").size("MaxResults");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    pub(super) offset: Option<ByOffset>,
    pub(super) page: Option<ByPage>,
    pub(super) token: Option<ByToken>,
    /// The path of the list in the response; `None` for the only one.
    pub(super) items: Option<&'static str>,
    /// The path of the total in the response; `None` for one of the usual names.
    pub(super) total: Option<&'static str>,
    /// Numbers are sent as strings.
    pub(super) as_text: bool,
}

/// The names of the offset and of the page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByOffset {
    pub(super) offset: &'static str,
    pub(super) limit: &'static str,
}

/// The names of the page number and the page size, and the number of the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByPage {
    pub(super) number: &'static str,
    pub(super) size: &'static str,
    pub(super) first: u64,
}

/// The names of the token in the request, the next token in the response, and the page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByToken {
    pub(super) token: &'static str,
    pub(super) next: &'static str,
    pub(super) size: Option<&'static str>,
}

impl Paging {
    const NONE: Self =
        Self { offset: None, page: None, token: None, items: None, total: None, as_text: false };

    /// Pages by offset: the number of items before the page, such as `Offset` and `Limit`.
    pub const fn by_offset(offset: &'static str, limit: &'static str) -> Self {
        Self { offset: Some(ByOffset { offset, limit }), ..Self::NONE }
    }

    /// Pages by number, such as `PageNumber` and `PageSize`. The first page is 1, unless
    /// [`first_page`](Self::first_page) sets another number.
    pub const fn by_page(number: &'static str, size: &'static str) -> Self {
        Self { page: Some(ByPage { number, size, first: 1 }), ..Self::NONE }
    }

    /// Pages by token: the request takes `token`, and the response contains the next one in `next`.
    /// The names are often the same, such as `NextToken`.
    pub const fn by_token(token: &'static str, next: &'static str) -> Self {
        Self { token: Some(ByToken { token, next, size: None }), ..Self::NONE }
    }

    /// Also allows to page by token, for a request that sets `token` or `size`. If `size` is also the
    /// page size of the offset, only `token` counts.
    #[must_use]
    pub const fn or_by_token(
        mut self,
        token: &'static str,
        next: &'static str,
        size: &'static str,
    ) -> Self {
        self.token = Some(ByToken { token, next, size: Some(size) });
        self
    }

    /// Sets the number of the first page. Default: 1. It has no effect on other ways to page.
    #[must_use]
    pub const fn first_page(mut self, first: u64) -> Self {
        if let Some(page) = &mut self.page {
            page.first = first;
        }
        self
    }

    /// Sets the member of the request with the page size, for pages by token. It has no effect on
    /// other ways to page.
    #[must_use]
    pub const fn size(mut self, size: &'static str) -> Self {
        if let Some(token) = &mut self.token {
            token.size = Some(size);
        }
        self
    }

    /// Sets the list of items in the response, such as `InstanceSet` or `Data.Rules`. Default: the
    /// only list of the response, or else its only list of objects, or else that of its only object.
    #[must_use]
    pub const fn items(mut self, path: &'static str) -> Self {
        self.items = Some(path);
        self
    }

    /// Sets the total number of items in the response, such as `TotalCount` or `Data.Total`.
    /// Default: `TotalCount`, `Total`, `TotalNum`, `TotalCnt`, `TotalCounts` or `TotalNumber`, next
    /// to the list or above it.
    #[must_use]
    pub const fn total(mut self, path: &'static str) -> Self {
        self.total = Some(path);
        self
    }

    /// Sends numbers as strings, such as `"Offset": "20"`, for an action that declares them so.
    /// Typed requests do not need it. Default: like the value in the parameters, or else a number.
    #[must_use]
    pub const fn as_text(mut self) -> Self {
        self.as_text = true;
        self
    }
}
