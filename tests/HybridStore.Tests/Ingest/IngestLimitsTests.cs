using HybridStore.Ingest;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class IngestLimitsTests
{
    [Fact]
    public void Of_takes_the_flag_before_the_settings_before_the_machine()
    {
        var settings = new StoreSettings { Jobs = 3, Memory = "1GB" };
        var request = new IngestRequest { Paths = [] };
        Assert.Equal((5, 512L << 20), IngestLimits.Of(request with { Jobs = 5, MemoryBytes = 1L << 30 }, new StoreSettings()) is var flags ? (flags.Jobs, flags.DuckDbMemoryBytes) : default);
        Assert.Equal((3, 512L << 20), IngestLimits.Of(request, settings) is var set ? (set.Jobs, set.DuckDbMemoryBytes) : default);
        // Both are what the runtime sees: within a cgroup's cpu.max and memory.max.
        Assert.Equal((Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8), IngestLimits.Of(request, new StoreSettings()) is var machine ? (machine.Jobs, machine.DuckDbMemoryBytes) : default);
    }

    [Fact]
    public void Of_shares_the_buffers_among_the_threads_and_refuses_what_is_too_little()
    {
        var request = new IngestRequest { Paths = [], MemoryBytes = 256 << 20 };
        Assert.Equal(32L << 20, IngestLimits.Of(request with { Jobs = 2 }, new StoreSettings()).BufferBytesPerJob);
        Assert.Equal(16L << 20, IngestLimits.Of(request with { Jobs = 4 }, new StoreSettings()).BufferBytesPerJob);
        Assert.Contains("--memory", Assert.Throws<StoreException>(() => IngestLimits.Of(request with { MemoryBytes = 1 << 20 }, new StoreSettings())).Message);
        Assert.Contains("--jobs", Assert.Throws<StoreException>(() => IngestLimits.Of(request with { Jobs = 0 }, new StoreSettings())).Message);
    }
}
