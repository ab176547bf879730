//! Temporary.
use std::path::Path;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let t = std::time::Instant::now();
    let package = xtask::sync::Package::open(Path::new(&p)).unwrap();
    println!("{:?} {:?}", package.version(), t.elapsed());
    let r = xtask::all_services::generate_all(&package).unwrap();
    println!("{:?}", t.elapsed());
    for f in &r.failures { println!("{f}"); }
    println!("{r:?}");
}
