//! The initial content of the account: machines in three regions, from which the rows of all
//! resources are derived.

use serde_json::{Value, json};

/// When the networks were created, in the time zone of China.
pub(super) const CREATED_TIME: &str = "2024-02-01 10:30:00";

/// A region with machines.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) code: &'static str,
    pub(super) zones: [Zone; 2],
    /// The second octet of all private addresses.
    pub(super) network: u8,
    /// The number of machines of each role, in the order of [`ROLES`].
    counts: [usize; 4],
    /// How many web servers have a public address.
    public_web_servers: usize,
}

/// A zone of a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) code: &'static str,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// The role of a machine: its size, image and network.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) instance_type: &'static str,
    pub(super) cpu: u32,
    /// In GiB.
    pub(super) memory: u32,
    /// `public` or `private`.
    pub(super) subnet: &'static str,
    pub(super) security_group: &'static str,
    pub(super) image: &'static str,
    pub(super) is_running: bool,
    pub(super) is_prepaid: bool,
    /// The size of the data disk, in GiB.
    pub(super) data_disk: Option<u32>,
}

/// One machine.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) region: &'static Region,
    pub(super) zone: Zone,
    pub(super) role: &'static Role,
    pub(super) name: String,
    pub(super) private_ip: String,
    pub(super) public_ip: Option<String>,
    /// The day of March 2024 on which the machine was created.
    pub(super) day: usize,
}

const fn zone(code: &'static str, id: &'static str, name: &'static str) -> Zone {
    Zone { code, id, name }
}

/// The regions with machines. The first has 25, more than one page.
pub(super) static REGIONS: [Region; 3] = [
    Region {
        code: "ap-guangzhou",
        zones: [
            zone("ap-guangzhou-6", "100006", "Guangzhou Zone 6"),
            zone("ap-guangzhou-7", "100007", "Guangzhou Zone 7"),
        ],
        network: 1,
        counts: [12, 8, 3, 2],
        public_web_servers: 3,
    },
    Region {
        code: "ap-shanghai",
        zones: [
            zone("ap-shanghai-4", "200004", "Shanghai Zone 4"),
            zone("ap-shanghai-5", "200005", "Shanghai Zone 5"),
        ],
        network: 2,
        counts: [3, 2, 1, 0],
        public_web_servers: 1,
    },
    Region {
        code: "ap-singapore",
        zones: [
            zone("ap-singapore-3", "900003", "Singapore Zone 3"),
            zone("ap-singapore-4", "900004", "Singapore Zone 4"),
        ],
        network: 3,
        counts: [2, 0, 0, 0],
        public_web_servers: 1,
    },
];

/// The roles of machines.
pub(super) static ROLES: [Role; 4] = [
    Role {
        name: "web",
        instance_type: "S5.MEDIUM4",
        cpu: 2,
        memory: 4,
        subnet: "public",
        security_group: "web",
        image: "TencentOS Server 4",
        is_running: true,
        is_prepaid: false,
        data_disk: None,
    },
    Role {
        name: "app",
        instance_type: "SA2.LARGE8",
        cpu: 4,
        memory: 8,
        subnet: "private",
        security_group: "internal",
        image: "TencentOS Server 4",
        is_running: true,
        is_prepaid: false,
        data_disk: None,
    },
    Role {
        name: "db",
        instance_type: "M5.LARGE32",
        cpu: 4,
        memory: 32,
        subnet: "private",
        security_group: "internal",
        image: "Debian 12.8 64bit",
        is_running: true,
        is_prepaid: true,
        data_disk: Some(500),
    },
    Role {
        name: "batch",
        instance_type: "S6.2XLARGE16",
        cpu: 8,
        memory: 16,
        subnet: "private",
        security_group: "internal",
        image: "Ubuntu Server 24.04 LTS 64bit",
        is_running: false,
        is_prepaid: false,
        data_disk: Some(100),
    },
];

/// Returns all machines, by region and role.
pub(super) fn machines() -> Vec<Machine> {
    REGIONS.iter().flat_map(machines_in).collect()
}

fn machines_in(region: &'static Region) -> Vec<Machine> {
    let of_role = |(role, count): (&'static Role, usize)| (1..=count).map(move |n| (role, n));
    let numbered = ROLES.iter().zip(region.counts).flat_map(of_role);
    let machine = |(index, (role, number)): (usize, (&'static Role, usize))| {
        let [first, second] = region.zones;
        let (zone, second_zone) = if number % 2 == 1 { (first, 0) } else { (second, 1) };
        let network = region.network;
        let subnet = subnet_number(role.subnet, second_zone);
        let public = role.name == "web" && number <= region.public_web_servers;
        Machine {
            region,
            zone,
            role,
            name: format!("{}-{number:02}", role.name),
            private_ip: format!("10.{network}.{subnet}.{}", index + 10),
            public_ip: public.then(|| format!("203.0.113.{}", usize::from(network) * 20 + number)),
            day: index % 28 + 1,
        }
    };
    numbered.enumerate().map(machine).collect()
}

/// Returns the third octet of the addresses in a subnet of the zone with this index.
pub(super) fn subnet_number(subnet: &str, zone: u8) -> u8 {
    u8::from(subnet == "private") * 2 + zone
}

impl Role {
    /// Returns the family of the instance type: `S5` of `S5.MEDIUM4`.
    pub(super) fn family(&self) -> &'static str {
        self.instance_type.split('.').next().unwrap_or_default()
    }
}

impl Machine {
    /// Returns the id of a resource that belongs to the machine.
    pub(super) fn id(&self, prefix: &str) -> String {
        self.region.id(prefix, &self.name)
    }

    pub(super) fn data_disk_id(&self) -> String {
        self.region.id("disk", &format!("{} data", self.name))
    }

    /// Returns the id of the subnet, which depends on the zone.
    pub(super) fn subnet_id(&self) -> String {
        self.region.subnet_id(self.role.subnet, self.zone.code)
    }

    /// Returns the state of the instance.
    pub(super) fn state(&self) -> &'static str {
        if self.role.is_running { "RUNNING" } else { "STOPPED" }
    }

    /// Returns the charge type of the instance and its disks.
    pub(super) fn charge_type(&self) -> &'static str {
        if self.role.is_prepaid { "PREPAID" } else { "POSTPAID_BY_HOUR" }
    }

    /// Returns the tags of the resources that belong to the machine.
    pub(super) fn tags(&self) -> Value {
        json!([{"Key": "role", "Value": self.role.name}])
    }

    /// Returns the creation time in UTC, in the format of cvm.
    pub(super) fn iso_time(&self) -> String {
        format!("2024-03-{:02}T02:30:00Z", self.day)
    }

    /// Returns the creation time in the time zone of China, in the format of cbs and vpc.
    pub(super) fn local_time(&self) -> String {
        format!("2024-03-{:02} 10:30:00", self.day)
    }
}

impl Region {
    /// Returns the id of a resource in the region. The same name always gives the same id.
    pub(super) fn id(&self, prefix: &str, name: &str) -> String {
        resource_id(prefix, &format!("{}/{name}", self.code))
    }

    pub(super) fn vpc_id(&self) -> String {
        self.id("vpc", "main")
    }

    pub(super) fn subnet_id(&self, subnet: &str, zone: &str) -> String {
        self.id("subnet", &format!("{subnet} {zone}"))
    }
}

/// Returns an id in the format of the service: the prefix, and eight letters and digits derived
/// from the name.
pub(crate) fn resource_id(prefix: &str, name: &str) -> String {
    // FNV-1a is short, and gives different ids to names that differ in one letter.
    let hash = name.bytes().chain(prefix.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let digits = (0..8_u32).scan(hash, |rest, _| {
        let digit = u32::try_from(*rest % 36).ok()?;
        *rest /= 36;
        char::from_digit(digit, 36)
    });
    format!("{prefix}-{}", digits.collect::<String>())
}
