using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using HybridStore.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

namespace HybridStore.Cli.Doctor;

/// <summary>Looks at the program and the machine.</summary>
internal static class MachineChecks
{
    private const long GiB = 1024L * 1024 * 1024;
    private const long MemoryBytesMin = 1 * GiB;

    /// <summary>A query over many days has a file open for each.</summary>
    private const ulong OpenFilesMin = 4096;

    private static readonly string[] MemoryLimitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    internal static IEnumerable<Finding> Run()
    {
        yield return Finding.Ok("version", $"hybrid {typeof(MachineChecks).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
        yield return Finding.Of("duckdb", () => Finding.Ok("duckdb", $"{DuckDbLibrary.Version}, {DuckDbLibrary.FilePath}"), "Build again with 'dotnet build'.");
        yield return Finding.Of("postgres programs", Postgres, "Build again with 'dotnet build', set HYBRID_NATIVES, or use a Postgres of your own with HYBRID_PG.");
        yield return Memory();
        yield return Finding.Ok("processors", $"{Environment.ProcessorCount} usable");
        var open = ProcessLimits.OpenFilesMax;
        yield return Finding.AtLeast(
            "open files",
            open is null ? "not known" : open > int.MaxValue ? "no limit" : open.Value.ToString("N0", CultureInfo.InvariantCulture) + " at most",
            open is null or >= OpenFilesMin,
            $"Queries over many files need more: raise it to {OpenFilesMin} or more with 'ulimit -n', or in /etc/security/limits.conf.");
    }

    private static Finding Postgres()
    {
        var program = Path.Combine(NativeFiles.PostgresFolder, "bin", "postgres");
        return File.Exists(program)
            ? Finding.Ok("postgres programs", NativeFiles.PostgresFolder)
            : Finding.Fail("postgres programs", $"{program} is missing", "Build again with 'dotnet build', or use a Postgres of your own with HYBRID_PG.");
    }

    private static Finding Memory()
    {
        var machine = MemoryInfo("MemTotal:") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var free = MemoryInfo("MemAvailable:");
        var limit = MemoryLimitFiles.Where(File.Exists).Select(File.ReadAllText).Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var bytes) && bytes < machine ? bytes : (long?)null).FirstOrDefault(bytes => bytes is not null);
        var found = $"{ByteSize.ToText(machine)}{(free is null ? "" : $", {ByteSize.ToText(free.Value)} free")}{(limit is null ? "" : $", {ByteSize.ToText(limit.Value)} for this control group")}";
        return Finding.AtLeast("memory", found, Math.Min(Math.Min(machine, limit ?? long.MaxValue), free ?? long.MaxValue) >= MemoryBytesMin, "Large queries will spill to disk or fail: give less work at once with --memory and --jobs, or raise the control group's limit.");
    }

    private static long? MemoryInfo(string name)
    {
        const string path = "/proc/meminfo";
        if (!File.Exists(path)) return null;
        var line = File.ReadLines(path).FirstOrDefault(one => one.StartsWith(name, StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var number) ? number * 1024 : null;
    }
}
