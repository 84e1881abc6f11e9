using HybridStore.Cli.Output;
using HybridStore.Hot;
using Xunit;

namespace HybridStore.Tests.Cli.Output;

public sealed class HotProgressViewTests
{
    [Fact]
    public void Describe_says_how_far_how_fast_and_how_long_yet() => Assert.Equal(
        "load: 1,500,000 of 6,000,000 rows, 2/15 symbol-days, 1,000,000 rows/s, 00:00:04 left",
        HotProgressView.Describe("load", new HotProgress(1_500_000, 6_000_000, 2, 15), TimeSpan.FromSeconds(1.5)));

    [Fact]
    public void Describe_before_the_first_rows_promises_nothing() => Assert.Equal(
        "load: 0 of 6,000,000 rows, 0/15 symbol-days, 0 rows/s",
        HotProgressView.Describe("load", new HotProgress(0, 6_000_000, 0, 15), TimeSpan.FromSeconds(1.5)));
}
