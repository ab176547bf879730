//! A kind of resource: its rows, and how calls can select them.

use super::row::Row;

/// The filter on tag keys. A resource that supports it supports `tag:KEY` too.
pub(crate) const TAG_KEY: &str = "tag-key";

/// A filter: its name and its rule.
pub(crate) type Filter = (&'static str, FilterRule);

/// The service of a table, and the object type by which the service describes the resource.
pub(crate) type TableId = (&'static str, &'static str);

/// How a filter compares its values with a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FilterRule {
    /// A value at this path equals a filter value.
    Equals(&'static str),
    /// The time at this path is a filter value or later.
    NotBefore(&'static str),
    /// The time at this path is a filter value or earlier.
    NotAfter(&'static str),
    /// The service accepts the filter, but here it matches every row.
    Ignored,
}

/// All resources of one kind.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) service: &'static str,
    /// The object type by which the service describes the resource.
    pub(crate) object: &'static str,
    pub(crate) filters: &'static [Filter],
    /// A hidden value of the rows that calls can select by, such as `SecurityGroupId`.
    pub(crate) hidden_id: Option<&'static str>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    pub(super) fn new(
        service: &'static str,
        object: &'static str,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        let rows = rows.into_iter().collect();
        Self { service, object, filters: &[], hidden_id: None, rows }
    }

    /// Returns service and object type.
    pub(super) fn id(&self) -> TableId {
        (self.service, self.object)
    }

    pub(super) fn with_filters(self, filters: &'static [Filter]) -> Self {
        Self { filters, ..self }
    }

    pub(super) fn with_hidden_id(self, hidden_id: &'static str) -> Self {
        Self { hidden_id: Some(hidden_id), ..self }
    }
}
