using Xunit;

namespace HybridStore.Tests.Support;

/// <summary>Tests that measure their own process, in which no other test may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
