using System.IO.Hashing;


namespace HybridStore.Tests.Support;

/// <summary>What a store's lake and settings hold, to be compared before and after.</summary>
internal static class StoreContent
{
    /// <summary>Each file's path, size and hash; the hot tier is a cache, the log tells what happened, and neither counts.</summary>
    internal static IReadOnlyList<string> Of(string store) => !Directory.Exists(store)
        ? []
        : [.. Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(store, file).Split('/')[0] is not ("hot" or "log"))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(store, file)} {new FileInfo(file).Length} {XxHash64.HashToUInt64(File.ReadAllBytes(file)):x16}")];
}
