using HybridStore.Ingest;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class SourceSharesTests
{
    [Theory]
    [InlineData("100", 4, "4")] // One source: all threads read it.
    [InlineData("100 90", 2, "1 1")]
    [InlineData("103 99 85 79 78", 2, "1 1 1 1 2")] // The fifth of five days would leave one thread idle.
    [InlineData("10 1000 10 10", 2, "1 2 1 1")] // One is larger than all others together.
    [InlineData("10 10 10", 1, "1 1 1")]
    [InlineData("50 50 50 50", 4, "1 1 1 1")]
    [InlineData("50 50 50 50 50", 4, "1 1 1 1 4")]
    [InlineData("0 0 0", 2, "1 1 1")]
    [InlineData("", 2, "")]
    public void Only_as_many_sources_are_split_as_keep_all_threads_busy(string sizes, int jobs, string shares) =>
        Assert.Equal(shares, string.Join(' ', SourceShares.Of([.. sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)], jobs)));

    [Fact]
    public void Many_sources_are_not_split()
    {
        var random = new Random(7);
        Assert.All(SourceShares.Of([.. Enumerable.Range(0, 100_000).Select(_ => random.NextInt64(1_000_000))], 8), share => Assert.Equal(1, share));
    }
}
