//! The machines of the account, from which everything else follows.

/// Where machines stand, and how many of each role.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) region: &'static str,
    pub(super) zones: [Zone; 2],
    /// The second part of all private addresses.
    pub(super) network: u8,
    /// Machines of each role, in the order of [`ROLES`].
    counts: [usize; 4],
    /// Web servers with a public address.
    public: usize,
}

/// A zone of a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) code: &'static str,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// What machines are for.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) instance_type: &'static str,
    pub(super) cpu: u32,
    pub(super) memory: u32,
    /// Behind the load balancer, or where nobody comes in from outside.
    pub(super) subnet: &'static str,
    pub(super) group: &'static str,
    pub(super) image: &'static str,
    pub(super) running: bool,
    pub(super) prepaid: bool,
    /// The size of the data disk, in GiB.
    pub(super) data_disk: Option<u32>,
}

/// One machine.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) site: &'static Site,
    pub(super) zone: Zone,
    pub(super) role: &'static Role,
    pub(super) name: String,
    pub(super) private_ip: String,
    pub(super) public_ip: Option<String>,
    /// The day of March 2024 on which it was made.
    pub(super) day: usize,
}

const fn zone(code: &'static str, id: &'static str, name: &'static str) -> Zone {
    Zone { code, id, name }
}

/// Twenty-five machines in the first region, so that they do not fit on one page.
pub(super) static SITES: [Site; 3] = [
    Site {
        region: "ap-guangzhou",
        zones: [
            zone("ap-guangzhou-6", "100006", "Guangzhou Zone 6"),
            zone("ap-guangzhou-7", "100007", "Guangzhou Zone 7"),
        ],
        network: 1,
        counts: [12, 8, 3, 2],
        public: 3,
    },
    Site {
        region: "ap-shanghai",
        zones: [
            zone("ap-shanghai-4", "200004", "Shanghai Zone 4"),
            zone("ap-shanghai-5", "200005", "Shanghai Zone 5"),
        ],
        network: 2,
        counts: [3, 2, 1, 0],
        public: 1,
    },
    Site {
        region: "ap-singapore",
        zones: [
            zone("ap-singapore-3", "900003", "Singapore Zone 3"),
            zone("ap-singapore-4", "900004", "Singapore Zone 4"),
        ],
        network: 3,
        counts: [2, 0, 0, 0],
        public: 1,
    },
];

pub(super) static ROLES: [Role; 4] = [
    Role {
        name: "web",
        instance_type: "S5.MEDIUM4",
        cpu: 2,
        memory: 4,
        subnet: "public",
        group: "web",
        image: "TencentOS Server 4",
        running: true,
        prepaid: false,
        data_disk: None,
    },
    Role {
        name: "app",
        instance_type: "SA2.LARGE8",
        cpu: 4,
        memory: 8,
        subnet: "private",
        group: "internal",
        image: "TencentOS Server 4",
        running: true,
        prepaid: false,
        data_disk: None,
    },
    Role {
        name: "db",
        instance_type: "M5.LARGE32",
        cpu: 4,
        memory: 32,
        subnet: "private",
        group: "internal",
        image: "Debian 12.8 64bit",
        running: true,
        prepaid: true,
        data_disk: Some(500),
    },
    Role {
        name: "batch",
        instance_type: "S6.2XLARGE16",
        cpu: 8,
        memory: 16,
        subnet: "private",
        group: "internal",
        image: "Ubuntu Server 24.04 LTS 64bit",
        running: false,
        prepaid: false,
        data_disk: Some(100),
    },
];

/// All machines, region by region, in the order of their names.
pub(super) fn machines() -> Vec<Machine> {
    SITES.iter().flat_map(machines_of).collect()
}

fn machines_of(site: &'static Site) -> Vec<Machine> {
    let of_role = |(role, count): (&'static Role, usize)| (1..=count).map(move |n| (role, n));
    let numbered = ROLES.iter().zip(site.counts).flat_map(of_role);
    let machine = |(index, (role, number)): (usize, (&'static Role, usize))| {
        let [first, second] = site.zones;
        let (zone, second_zone) = if number % 2 == 1 { (first, 0) } else { (second, 1) };
        let network = site.network;
        let subnet = subnet_number(role.subnet, second_zone);
        let public = role.name == "web" && number <= site.public;
        Machine {
            site,
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

/// The third part of the addresses in a subnet of the first or second zone.
pub(super) fn subnet_number(subnet: &str, zone: u8) -> u8 {
    u8::from(subnet == "private") * 2 + zone
}

impl Role {
    /// The family of the instance type: `S5` of `S5.MEDIUM4`.
    pub(super) fn family(&self) -> &'static str {
        self.instance_type.split('.').next().unwrap_or_default()
    }
}

impl Machine {
    /// An id of something that belongs to the machine.
    pub(super) fn id(&self, prefix: &str) -> String {
        self.site.id(prefix, &self.name)
    }

    pub(super) fn data_disk_id(&self) -> String {
        self.site.id("disk", &format!("{} data", self.name))
    }

    /// Its subnet: each zone has its own.
    pub(super) fn subnet_id(&self) -> String {
        self.site.subnet_id(self.role.subnet, self.zone.code)
    }

    /// When it was made, in UTC as cvm writes it.
    pub(super) fn iso_time(&self) -> String {
        format!("2024-03-{:02}T02:30:00Z", self.day)
    }

    /// The same moment in China, as cbs and vpc write it.
    pub(super) fn local_time(&self) -> String {
        format!("2024-03-{:02} 10:30:00", self.day)
    }
}

impl Site {
    /// The id of something in the region; the same name has always the same id.
    pub(super) fn id(&self, prefix: &str, name: &str) -> String {
        id(prefix, &format!("{}/{name}", self.region))
    }

    pub(super) fn vpc_id(&self) -> String {
        self.id("vpc", "main")
    }

    pub(super) fn subnet_id(&self, subnet: &str, zone: &str) -> String {
        self.id("subnet", &format!("{subnet} {zone}"))
    }
}

/// An id that looks like those of the service: eight letters and digits made from the name.
pub(super) fn id(prefix: &str, name: &str) -> String {
    // FNV-1a: short, and spreads names that differ in one letter.
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
