//! Route tables of vpc, and their routes.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{CREATED_TIME, REGIONS, Region};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("route-table-id", Equals("RouteTableId")),
    ("route-table-name", Equals("RouteTableName")),
    ("vpc-id", Equals("VpcId")),
    ("association.main", Equals("Main")),
    (TAG_KEY, Equals("TagSet.Key")),
    ("visible", Ignored),
    ("next-hop-type", Equals("RouteSet.GatewayType")),
];

const ROUTE_FILTERS: &[Filter] = &[
    ("vpc-id", Equals("VpcId")),
    ("gateway-id", Equals("GatewayId")),
    ("description", Equals("RouteDescription")),
    ("route-table-id", Equals("RouteTableId")),
    ("dest-cidr", Equals("DestinationCidrBlock")),
];

pub(super) fn tables() -> Vec<Table> {
    // The response does not contain the VPC of a route, but a filter can match it.
    let routes = REGIONS
        .iter()
        .map(|region| Row::in_region(region.code, route(region)).hidden("VpcId", region.vpc_id()));
    vec![
        Table::new("vpc", "RouteTable", REGIONS.iter().flat_map(route_tables))
            .with_filters(FILTERS),
        Table::new("vpc", "Route", routes).with_filters(ROUTE_FILTERS),
    ]
}

fn route_tables(region: &'static Region) -> Vec<Row> {
    let main = json!({
        "VpcId": region.vpc_id(),
        "RouteTableId": region.id("rtb", "main"),
        "RouteTableName": "main",
        "Main": true,
        "RouteSet": [route(region)],
        "CreatedTime": CREATED_TIME,
    });
    let default = json!({
        "VpcId": region.id("vpc", "default"),
        "RouteTableId": region.id("rtb", "default"),
        "RouteTableName": "default",
        "Main": true,
        "CreatedTime": CREATED_TIME,
    });
    [main, default].map(|value| Row::in_region(region.code, value)).into()
}

/// Returns the only user-defined route: to an office, through the first web server.
fn route(region: &Region) -> Value {
    json!({
        "RouteTableId": region.id("rtb", "main"),
        "RouteId": region.network,
        "RouteItemId": region.id("rti", "office"),
        "DestinationCidrBlock": "192.168.0.0/24",
        "GatewayType": "NORMAL_CVM",
        "GatewayId": format!("10.{}.0.10", region.network),
        "RouteDescription": "office",
        "RouteType": "USER",
        "Enabled": true,
        "CreatedTime": CREATED_TIME,
    })
}
