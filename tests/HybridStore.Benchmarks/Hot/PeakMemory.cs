namespace HybridStore.Benchmarks.Hot;

/// <summary>The most memory that this process had at once.</summary>
internal static class PeakMemory
{
    private const string Label = "VmHWM:";

    /// <summary>Forgets the peak so far. Source: proc(5), clear_refs, 5.</summary>
    internal static Task ResetAsync() => File.WriteAllTextAsync("/proc/self/clear_refs", "5");

    /// <summary>The peak since, in MB (10^6 bytes).</summary>
    internal static async Task<long> ReadAsync()
    {
        var line = (await File.ReadAllLinesAsync("/proc/self/status")).First(line => line.StartsWith(Label, StringComparison.Ordinal));
        return long.Parse(line[Label.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024 / 1_000_000;
    }
}
