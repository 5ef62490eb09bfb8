using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class CgroupMemoryTests
{
    private const long Machine = 8L << 30;

    [Test]
    public void Without_cgroups_it_is_the_machines() => Assert.That(Limit(), Is.EqualTo(Machine));

    [Test]
    public void A_container_with_v2_has_its_limit_at_the_root() =>
        Assert.That(Limit(("/proc/self/cgroup", "0::/\n"), ("/sys/fs/cgroup/memory.max", "536870912\n")), Is.EqualTo(512 << 20));

    [Test]
    public void A_service_with_v2_has_the_lowest_limit_on_its_way_to_the_root() =>
        Assert.That(
            Limit(
                ("/proc/self/cgroup", "0::/system.slice/rawsse.service\n"),
                ("/sys/fs/cgroup/system.slice/rawsse.service/memory.max", "max\n"),
                ("/sys/fs/cgroup/system.slice/memory.max", "1073741824\n"),
                ("/sys/fs/cgroup/memory.max", "4294967296\n")),
            Is.EqualTo(1 << 30));

    [Test]
    public void A_path_of_another_namespace_falls_back_to_the_root() =>
        Assert.That(
            Limit(("/proc/self/cgroup", "0::/../../pod42/box\n"), ("/sys/fs/cgroup/memory.max", "268435456\n")), Is.EqualTo(256 << 20));

    [Test]
    public void V1_has_its_own_file() =>
        Assert.That(
            Limit(
                ("/proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n"),
                ("/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "134217728\n")),
            Is.EqualTo(128 << 20));

    [Test]
    public void V2_beside_v1_is_found_too() =>
        Assert.That(
            Limit(("/proc/self/cgroup", "4:memory:/\n0::/\n"), ("/sys/fs/cgroup/unified/memory.max", "134217728")), Is.EqualTo(128 << 20));

    [TestCase("max")]
    [TestCase("9223372036854771712")]
    [TestCase("")]
    [TestCase("-1")]
    [TestCase("many")]
    public void No_limit_and_nonsense_leave_the_machines(string text) =>
        Assert.That(Limit(("/proc/self/cgroup", "0::/"), ("/sys/fs/cgroup/memory.max", text)), Is.EqualTo(Machine));

    [TestCase("nonsense")]
    [TestCase("::")]
    [TestCase("0::a/b")]
    public void A_list_of_cgroups_that_is_none_leaves_the_machines(string cgroups) =>
        Assert.That(Limit(("/proc/self/cgroup", cgroups)), Is.EqualTo(Machine));

    private static long Limit(params (string Path, string Text)[] files) =>
        CgroupMemory.Limit(files.ToDictionary(file => file.Path, file => file.Text).GetValueOrDefault, Machine);
}
