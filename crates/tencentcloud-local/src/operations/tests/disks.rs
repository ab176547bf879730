//! Disks.

use super::*;

const ZONE: &str = "ap-guangzhou-6";

fn new_disk(zone: &str) -> Value {
    json!({"Placement": {"Zone": zone}, "DiskType": "CLOUD_BSSD",
        "DiskChargeType": "POSTPAID_BY_HOUR", "DiskSize": 20})
}

fn create(cloud: &Cloud, parameters: &Value) -> String {
    let ids = cloud.call("CreateDisks", &merged(new_disk(ZONE), parameters));
    text(&ids["DiskIdSet"][0])
}

fn attach(instance_id: &str, disk_id: &str) -> Value {
    json!({"InstanceId": instance_id, "DiskIds": [disk_id]})
}

fn disks(id: &str) -> Value {
    json!({"DiskIds": [id]})
}

#[test]
fn disks_are_created() {
    let cloud = Cloud::new();
    let parameters = json!({"DiskName": "d", "DiskCount": 3,
        "Tags": [{"Key": "k", "Value": "v"}], "Encrypt": "ENCRYPT"});
    let created = cloud.call("CreateDisks", &merged(new_disk(ZONE), &parameters));
    assert_eq!(texts(&created["DiskIdSet"]).len(), 3);
    assert_eq!(cloud.total("DescribeDisks", "tag:k", "v"), 3);
    let disk = cloud.disk(&text(&created["DiskIdSet"][2]));
    assert_eq!(disk["DiskState"], "UNATTACHED");
    assert_eq!(disk["DiskUsage"], "DATA_DISK");
    assert_eq!((&disk["DiskSize"], &disk["Portable"]), (&json!(20), &json!(true)));
    assert_eq!(disk["Encrypt"], true);
    assert_eq!(disk["CreateTime"], "2024-05-01 08:00:00");
}

#[test]
fn new_disks_are_checked() {
    let cloud = Cloud::new();
    let snapshots = cloud.call("DescribeSnapshots", &json!({}))["SnapshotSet"].clone();
    let snapshot = snapshots.as_array().unwrap().iter().find(|it| it["DiskSize"] == 500).unwrap();
    let snapshot_id = &snapshot["SnapshotId"];
    let cases = [
        (json!({"Placement": {"Zone": "ap-shanghai-4"}}), "InvalidParameterValue"),
        (json!({"DiskType": "FLOPPY"}), "InvalidParameterValue"),
        (json!({"DiskChargeType": "FREE"}), "InvalidParameterValue"),
        (json!({"DiskCount": 0}), "InvalidParameterValue"),
        (json!({"DiskCount": 51}), "InvalidParameterValue"),
        (json!({"DiskSize": null}), "MissingParameter"),
        (json!({"DiskSize": 0}), "InvalidParameterValue"),
        (json!({"DiskSize": 15}), "InvalidParameterValue"),
        (json!({"DiskSize": 32_010}), "InvalidParameterValue"),
        (json!({"SnapshotId": "snap-00000000"}), "InvalidSnapshotId.NotFound"),
        (json!({"SnapshotId": snapshot_id, "DiskSize": 490}), "InvalidParameterValue"),
    ];
    for (parameters, code) in cases {
        let parameters = merged(new_disk(ZONE), &parameters);
        assert_eq!(cloud.code("CreateDisks", &parameters), code, "{parameters}");
    }
    let disk_id = create(&cloud, &json!({}));
    let new = cloud.call("CreateSnapshot", &json!({"DiskId": disk_id}))["SnapshotId"].clone();
    let parameters = merged(new_disk(ZONE), &json!({"SnapshotId": new}));
    assert_eq!(cloud.code("CreateDisks", &parameters), "ResourceBusy");
    // The size of the snapshot is the default.
    let id = create(&cloud, &json!({"SnapshotId": snapshot_id, "DiskSize": null}));
    assert_eq!(cloud.disk(&id)["DiskSize"], 500);
}

#[test]
fn a_disk_is_attached_and_detached() {
    let cloud = Cloud::new();
    let (instance_id, disk_id) = (cloud.running(), create(&cloud, &json!({})));
    cloud.call("AttachDisks", &attach(&instance_id, &disk_id));
    cloud.advance(9);
    let disk = cloud.disk(&disk_id);
    assert_eq!(disk["DiskState"], "ATTACHING");
    assert_eq!((&disk["InstanceId"], &disk["Attached"]), (&json!(instance_id), &json!(false)));
    assert_eq!(cloud.code("DetachDisks", &disks(&disk_id)), "ResourceBusy");
    assert_eq!(cloud.code("AttachDisks", &attach(&instance_id, &disk_id)), "ResourceBusy");
    cloud.advance(1);
    let disk = cloud.disk(&disk_id);
    assert_eq!(disk["DiskState"], "ATTACHED");
    assert_eq!(disk["Attached"], true);
    assert_eq!(cloud.instance(&instance_id)["DataDisks"][0]["DiskId"], disk_id);

    cloud.call("DetachDisks", &disks(&disk_id));
    cloud.advance(9);
    assert_eq!(cloud.disk(&disk_id)["DiskState"], "DETACHING");
    assert_eq!(cloud.code("TerminateDisks", &disks(&disk_id)), "ResourceBusy");
    cloud.advance(1);
    let disk = cloud.disk(&disk_id);
    assert_eq!(disk["DiskState"], "UNATTACHED");
    assert_eq!((&disk["InstanceId"], &disk["Attached"]), (&json!(""), &json!(false)));
    assert_eq!(disk["LastAttachInsId"], instance_id);
    assert_eq!(cloud.instance(&instance_id)["DataDisks"], json!([]));
}

#[test]
fn attaching_is_checked() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let disk_id = create(&cloud, &json!({}));
    let code = |instance: &str, disk: &str| cloud.code("AttachDisks", &attach(instance, disk));
    assert_eq!(code("ins-00000000", &disk_id), "InvalidInstanceId.NotFound");
    assert_eq!(code("i-1", &disk_id), "InvalidParameterValue");
    assert_eq!(code(&id, "disk-00000000"), "InvalidDiskId.NotFound");
    assert_eq!(code(&id, "d-1"), "InvalidParameterValue");
    // A disk that is attached elsewhere, in another zone, or the system disk of an instance.
    let db = cloud.seeded_instance("db-01");
    let attached = text(&db["DataDisks"][0]["DiskId"]);
    assert_eq!(code(&id, &attached), "ResourceUnavailable.Attached");
    let zone = json!({"Placement": {"Zone": "ap-guangzhou-7"}});
    let elsewhere = create(&cloud, &zone);
    assert_eq!(code(&id, &elsewhere), "ResourceUnavailable.ZoneNotMatch");
    let system = text(&db["SystemDisk"]["DiskId"]);
    assert_eq!(code(&id, &system), "ResourceUnavailable.NotPortable");
    // An instance that is not running or stopped.
    let pending = cloud.run(&json!({})).remove(0);
    assert_eq!(code(&pending, &disk_id), "InvalidInstance.NotSupported");
    // One disk that cannot be attached prevents the others.
    let both = json!({"InstanceId": id, "DiskIds": [disk_id, elsewhere]});
    assert_eq!(cloud.code("AttachDisks", &both), "ResourceUnavailable.ZoneNotMatch");
    assert_eq!(cloud.disk(&disk_id)["DiskState"], "UNATTACHED");
    // An instance has at most 20 data disks.
    let many = cloud.call("CreateDisks", &merged(new_disk(ZONE), &json!({"DiskCount": 20})));
    cloud.call("AttachDisks", &json!({"InstanceId": id, "DiskIds": many["DiskIdSet"]}));
    assert_eq!(code(&id, &disk_id), "LimitExceeded.InstanceAttachedDisk");
}

#[test]
fn detaching_is_checked() {
    let cloud = Cloud::new();
    let disk_id = create(&cloud, &json!({}));
    let code = |parameters: &Value| cloud.code("DetachDisks", parameters);
    assert_eq!(code(&disks("disk-00000000")), "InvalidDiskId.NotFound");
    assert_eq!(code(&disks(&disk_id)), "ResourceUnavailable.NotSupported");
    let db = cloud.seeded_instance("db-01");
    let system = text(&db["SystemDisk"]["DiskId"]);
    assert_eq!(code(&disks(&system)), "ResourceUnavailable.NotPortable");
    let data = text(&db["DataDisks"][0]["DiskId"]);
    let other = cloud.running();
    assert_eq!(code(&attach(&other, &data)), "ResourceUnavailable.NotSupported");
    cloud.call("RebootInstances", &json!({"InstanceIds": [db["InstanceId"]]}));
    assert_eq!(code(&disks(&data)), "InvalidInstance.NotSupported");
    cloud.settle();
    cloud.call("DetachDisks", &attach(&text(&db["InstanceId"]), &data));
}

#[test]
fn a_disk_is_terminated_if_it_is_not_attached() {
    let cloud = Cloud::new();
    let attached = text(&cloud.seeded_instance("db-01")["DataDisks"][0]["DiskId"]);
    let code = |id: &str| cloud.code("TerminateDisks", &disks(id));
    assert_eq!(code(&attached), "ResourceUnavailable.NotSupported");
    assert_eq!(code("disk-00000000"), "InvalidParameterValue");
    let id = create(&cloud, &json!({}));
    cloud.call("TerminateDisks", &disks(&id));
    assert_eq!(cloud.call("DescribeDisks", &disks(&id))["TotalCount"], 0);

    // A prepaid disk goes to the recycle bin first.
    let id = create(&cloud, &json!({"DiskChargeType": "PREPAID"}));
    cloud.call("TerminateDisks", &disks(&id));
    assert_eq!(cloud.disk(&id)["DiskState"], "TORECYCLE");
    let instance_id = cloud.running();
    assert_eq!(cloud.code("AttachDisks", &attach(&instance_id, &id)), "ResourceBusy");
    cloud.call("TerminateDisks", &disks(&id));
    assert_eq!(cloud.call("DescribeDisks", &disks(&id))["TotalCount"], 0);
}

#[test]
fn a_disk_grows() {
    let cloud = Cloud::new();
    let id = create(&cloud, &json!({}));
    let resize = |id: &str, size: u64| json!({"DiskId": id, "DiskSize": size});
    let code = |id: &str, size: u64| cloud.code("ResizeDisk", &resize(id, size));
    assert_eq!(code(&id, 20), "InvalidParameterValue");
    assert_eq!(code(&id, 10), "InvalidParameterValue");
    assert_eq!(code(&id, 35), "InvalidParameterValue");
    assert_eq!(code("disk-00000000", 30), "InvalidDiskId.NotFound");
    assert_eq!(cloud.code("ResizeDisk", &json!({"DiskSize": 30})), "MissingParameter");
    let system = text(&cloud.seeded_instance("web-01")["SystemDisk"]["DiskId"]);
    assert_eq!(code(&system, 100), "InvalidDisk.NotSupported");

    cloud.call("ResizeDisk", &resize(&id, 30));
    cloud.advance(9);
    let disk = cloud.disk(&id);
    assert_eq!((&disk["DiskState"], &disk["DiskSize"]), (&json!("EXPANDING"), &json!(20)));
    assert_eq!(code(&id, 40), "InvalidDisk.Busy");
    cloud.advance(1);
    let disk = cloud.disk(&id);
    assert_eq!((&disk["DiskState"], &disk["DiskSize"]), (&json!("UNATTACHED"), &json!(30)));

    // The state before is the state after, and the instance shows the size.
    let instance_id = cloud.running();
    cloud.call("AttachDisks", &attach(&instance_id, &id));
    cloud.settle();
    cloud.call("CreateSnapshot", &json!({"DiskId": id}));
    assert_eq!(code(&id, 40), "ResourceUnavailable.SnapshotCreating");
    cloud.settle();
    cloud.call("ResizeDisk", &resize(&id, 40));
    cloud.settle();
    assert_eq!(cloud.disk(&id)["DiskState"], "ATTACHED");
    assert_eq!(cloud.instance(&instance_id)["DataDisks"][0]["DiskSize"], 40);
}
