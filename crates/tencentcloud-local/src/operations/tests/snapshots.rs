//! Snapshots.

use super::*;

fn new_disk(cloud: &Cloud) -> String {
    let disk = json!({"Placement": {"Zone": "ap-guangzhou-6"}, "DiskType": "CLOUD_BSSD",
        "DiskChargeType": "POSTPAID_BY_HOUR", "DiskSize": 20});
    text(&cloud.call("CreateDisks", &disk)["DiskIdSet"][0])
}

fn create(cloud: &Cloud, disk_id: &str) -> String {
    let parameters = json!({"DiskId": disk_id, "SnapshotName": "s"});
    text(&cloud.call("CreateSnapshot", &parameters)["SnapshotId"])
}

fn snapshots(id: &str) -> Value {
    json!({"SnapshotIds": [id]})
}

fn apply(id: &str, disk_id: &str) -> Value {
    json!({"SnapshotId": id, "DiskId": disk_id})
}

#[test]
fn a_snapshot_is_created_gradually() {
    let cloud = Cloud::new();
    let disk_id = new_disk(&cloud);
    let id = create(&cloud, &disk_id);
    let progress = |seconds: u64| {
        cloud.advance(seconds);
        let snapshot = cloud.snapshot(&id);
        (text(&snapshot["SnapshotState"]), snapshot["Percent"].as_u64().unwrap())
    };
    assert_eq!(progress(0), ("CREATING".to_owned(), 0));
    assert_eq!(progress(5), ("CREATING".to_owned(), 25));
    assert_eq!(progress(14), ("CREATING".to_owned(), 95));
    assert_eq!(progress(1), ("NORMAL".to_owned(), 100));
    let snapshot = cloud.snapshot(&id);
    assert_eq!(snapshot["DiskId"], disk_id);
    assert_eq!(snapshot["DiskSize"], 20);
    assert_eq!(snapshot["IsPermanent"], true);
    assert_eq!(cloud.disk(&disk_id)["SnapshotCount"], 1);
}

#[test]
fn creating_is_checked() {
    let cloud = Cloud::new();
    let code = |parameters: &Value| cloud.code("CreateSnapshot", parameters);
    assert_eq!(code(&json!({})), "MissingParameter");
    assert_eq!(code(&json!({"DiskId": "disk-00000000"})), "InvalidDiskId.NotFound");
    let disk_id = new_disk(&cloud);
    let disk = json!({"DiskId": disk_id});
    let id = create(&cloud, &disk_id);
    assert_eq!(code(&disk), "InvalidDisk.SnapshotCreating");
    cloud.settle();
    cloud.call("ApplySnapshot", &apply(&id, &disk_id));
    assert_eq!(code(&disk), "ResourceInUse.DiskRollbacking");
    cloud.settle();
    cloud.call("ResizeDisk", &json!({"DiskId": disk_id, "DiskSize": 30}));
    assert_eq!(code(&disk), "InvalidDisk.Busy");
}

#[test]
fn snapshots_are_deleted() {
    let cloud = Cloud::new();
    let disk_id = new_disk(&cloud);
    let id = create(&cloud, &disk_id);
    let code = |id: &str| cloud.code("DeleteSnapshots", &snapshots(id));
    assert_eq!(code(&id), "ResourceUnavailable.SnapshotCreating");
    assert_eq!(code("snap-00000000"), "InvalidSnapshotId.NotFound");
    cloud.settle();
    cloud.call("DeleteSnapshots", &snapshots(&id));
    assert_eq!(cloud.call("DescribeSnapshots", &snapshots(&id))["TotalCount"], 0);
    assert_eq!(cloud.disk(&disk_id)["SnapshotCount"], 0);

    // The snapshot of an image is deleted only with the image.
    let images = json!({"Filters": [{"Name": "image-type", "Values": ["PRIVATE_IMAGE"]}]});
    let image = cloud.call("DescribeImages", &images)["ImageSet"][0].clone();
    let id = text(&image["SnapshotSet"][0]["SnapshotId"]);
    assert_eq!(code(&id), "UnsupportedOperation.SnapshotHasBindedImage");
    let with_images = merged(snapshots(&id), &json!({"DeleteBindImages": true}));
    cloud.call("DeleteSnapshots", &with_images);
    assert_eq!(cloud.call("DescribeImages", &images)["TotalCount"], 0);
}

#[test]
fn a_disk_is_rolled_back_gradually() {
    let cloud = Cloud::new();
    let disk_id = new_disk(&cloud);
    let id = create(&cloud, &disk_id);
    cloud.settle();
    cloud.call("ApplySnapshot", &apply(&id, &disk_id));
    cloud.advance(10);
    let disk = cloud.disk(&disk_id);
    assert_eq!((&disk["DiskState"], &disk["Rollbacking"]), (&json!("ROLLBACKING"), &json!(true)));
    assert_eq!(disk["RollbackPercent"], 50);
    assert_eq!(cloud.snapshot(&id)["SnapshotState"], "ROLLBACKING");
    assert_eq!(cloud.code("ApplySnapshot", &apply(&id, &disk_id)), "ResourceBusy");
    assert_eq!(cloud.code("DeleteSnapshots", &snapshots(&id)), "ResourceBusy");
    cloud.advance(10);
    let disk = cloud.disk(&disk_id);
    assert_eq!((&disk["DiskState"], &disk["Rollbacking"]), (&json!("UNATTACHED"), &json!(false)));
    assert_eq!(disk["RollbackPercent"], 100);
    assert_eq!(cloud.snapshot(&id)["SnapshotState"], "NORMAL");
}

#[test]
fn rolling_back_is_checked() {
    let cloud = Cloud::new();
    let (disk_id, other) = (new_disk(&cloud), new_disk(&cloud));
    let first = create(&cloud, &disk_id);
    let code = |id: &str, disk_id: &str| cloud.code("ApplySnapshot", &apply(id, disk_id));
    assert_eq!(code("snap-00000000", &disk_id), "InvalidSnapshotId.NotFound");
    assert_eq!(code(&first, "disk-00000000"), "InvalidDiskId.NotFound");
    assert_eq!(code(&first, &disk_id), "ResourceUnavailable.SnapshotCreating");
    cloud.settle();
    assert_eq!(code(&first, &other), "InvalidParameterValue");
    let second = create(&cloud, &disk_id);
    cloud.settle();
    cloud.call("ApplySnapshot", &apply(&first, &disk_id));
    assert_eq!(code(&second, &disk_id), "ResourceInUse.DiskRollbacking");
    cloud.settle();
    cloud.call("ResizeDisk", &json!({"DiskId": disk_id, "DiskSize": 30}));
    assert_eq!(code(&first, &disk_id), "InvalidDisk.Busy");
}

/// A disk of a running instance is rolled back only if the call may stop the instance.
#[test]
fn rolling_back_can_stop_the_instance() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let disk_id = text(&cloud.instance(&id)["SystemDisk"]["DiskId"]);
    let snapshot = create(&cloud, &disk_id);
    cloud.settle();
    assert_eq!(cloud.code("ApplySnapshot", &apply(&snapshot, &disk_id)), "InvalidDisk.Busy");
    for (start, state) in [(true, "RUNNING"), (false, "STOPPED")] {
        let options = json!({"AutoStopInstance": true, "AutoStartInstance": start});
        cloud.call("ApplySnapshot", &merged(apply(&snapshot, &disk_id), &options));
        assert_eq!(cloud.instance(&id)["InstanceState"], "STOPPING");
        cloud.settle();
        assert_eq!(cloud.instance(&id)["InstanceState"], state);
    }
    // A stopped instance does not prevent it.
    cloud.call("ApplySnapshot", &apply(&snapshot, &disk_id));
    cloud.settle();
    assert_eq!(cloud.disk(&disk_id)["DiskState"], "ATTACHED");
}
