//! NAT gateways of vpc. A new account has none.

use super::table::FilterRule::Equals;
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("nat-gateway-id", Equals("NatGatewayId")),
    ("vpc-id", Equals("VpcId")),
    ("nat-gateway-name", Equals("NatGatewayName")),
    (TAG_KEY, Equals("TagSet.Key")),
];

pub(super) fn tables() -> Vec<Table> {
    vec![Table::new("vpc", "NatGateway", []).with_filters(FILTERS)]
}
