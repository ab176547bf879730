use std::collections::{BTreeMap, BTreeSet};

use super::value::object_of;
use crate::spec::{Object, ObjectKind, Spec};

/// Which object refers to which.
pub(super) struct Graph<'a> {
    edges: BTreeMap<&'a str, Vec<Edge<'a>>>,
    /// The objects that a request can hold, the requests among them.
    pub(super) sent: BTreeSet<&'a str>,
    /// The objects that a response can hold, the responses among them.
    pub(super) returned: BTreeSet<&'a str>,
}

struct Edge<'a> {
    to: &'a str,
    list: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn of(spec: &'a Spec) -> Self {
        let edges_of = |object: &'a Object| {
            let members = object.members.iter();
            let edges = members.filter_map(|member| {
                Some(Edge { to: object_of(member)?, list: member.kind == "list" })
            });
            edges.collect()
        };
        let objects = spec.objects.iter();
        let edges = objects.map(|(name, object)| (name.as_str(), edges_of(object))).collect();
        let mut graph = Self { edges, sent: BTreeSet::new(), returned: BTreeSet::new() };
        let roots = |kind| {
            let objects = spec.objects.iter().filter(move |(_, object)| object.kind == kind);
            objects.map(|(name, _)| name.as_str()).collect()
        };
        graph.sent = graph.reach(roots(ObjectKind::Request), |_| true);
        graph.returned = graph.reach(roots(ObjectKind::Response), |_| true);
        graph
    }

    /// Whether a member of `from` that is one `to` must be boxed, since a `to` holds, in itself
    /// and through no list, another `from`: without the box the two would have no finite size.
    pub(super) fn recurses(&self, from: &str, to: &'a str) -> bool {
        self.reach(vec![to], |edge| !edge.list).contains(from)
    }

    /// The objects that some edges lead to, the ones at the start included.
    fn reach(&self, start: Vec<&'a str>, follow: impl Fn(&Edge<'a>) -> bool) -> BTreeSet<&'a str> {
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
