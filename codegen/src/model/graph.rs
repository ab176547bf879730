use std::collections::{BTreeMap, BTreeSet};

use super::types::referenced_object;
use crate::spec::{Object, ObjectKind, Spec};

/// References between objects.
pub(super) struct Graph<'a> {
    edges: BTreeMap<&'a str, Vec<Edge<'a>>>,
    /// Objects that requests can contain, including the requests.
    pub(super) in_requests: BTreeSet<&'a str>,
    /// Objects that responses can contain, including the responses.
    pub(super) in_responses: BTreeSet<&'a str>,
}

struct Edge<'a> {
    to: &'a str,
    list: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        let edges_of = |object: &'a Object| {
            let members = object.members.iter();
            let edges = members.filter_map(|member| {
                Some(Edge { to: referenced_object(member)?, list: member.kind == "list" })
            });
            edges.collect()
        };
        let objects = spec.objects.iter();
        let edges = objects.map(|(name, object)| (name.as_str(), edges_of(object))).collect();
        let mut graph = Self { edges, in_requests: BTreeSet::new(), in_responses: BTreeSet::new() };
        let roots = |kind| {
            let objects = spec.objects.iter().filter(move |(_, object)| object.kind == kind);
            objects.map(|(name, _)| name.as_str()).collect()
        };
        graph.in_requests = graph.reachable(roots(ObjectKind::Request), |_| true);
        graph.in_responses = graph.reachable(roots(ObjectKind::Response), |_| true);
        graph
    }

    /// Returns whether `to` contains a `from` other than through a list.
    ///
    /// A member of `from` with the type `to` must then be boxed to have a finite size.
    pub(super) fn is_recursive(&self, from: &str, to: &'a str) -> bool {
        self.reachable(vec![to], |edge| !edge.list).contains(from)
    }

    /// Returns the objects that are reachable over some of the edges, including the start.
    fn reachable(
        &self,
        start: Vec<&'a str>,
        follow: impl Fn(&Edge<'a>) -> bool,
    ) -> BTreeSet<&'a str> {
        let mut reached: BTreeSet<&str> = start.iter().copied().collect();
        let mut open = start;
        while let Some(object) = open.pop() {
            let edges = self.edges.get(object).into_iter().flatten();
            for edge in edges.filter(|edge| follow(edge)) {
                if reached.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        reached
    }
}
