using HybridStore.Query;

namespace HybridStore.Cli.Options;

/// <summary>The limits of a command's queries: what the flags say, else the settings.</summary>
internal static class SqlLimits
{
    /// <param name="settings">The store's.</param>
    /// <param name="memory">What <c>--memory</c> says, if anything.</param>
    /// <param name="threads">What <c>--threads</c> says, if anything.</param>
    /// <exception cref="StoreException">Usage: a value is none.</exception>
    internal static QueryOptions Of(StoreSettings settings, string? memory = null, int? threads = null)
    {
        memory ??= settings.Memory;
        var memoryBytes = 0L;
        if (memory is not null && !ByteSize.TryParse(memory, out memoryBytes)) throw new StoreException(StoreErrorKind.Usage, $"--memory: expected a size such as 2GB, found '{memory}'.");
        if (threads is < 1) throw new StoreException(StoreErrorKind.Usage, $"--threads: expected 1 or more, found {threads}.");
        return new QueryOptions { MemoryBytesMax = memory is null ? null : memoryBytes, ThreadsMax = threads ?? settings.Jobs };
    }
}
