using System.Reflection;
using System.Runtime.InteropServices;

namespace HybridStore.Native;

/// <summary>Where the native programs of this platform are.</summary>
/// <remarks>
/// Looked for in <c>HYBRID_NATIVES</c>, then in <c>natives</c> beside the program (a published one), then where the build
/// fetched them. Each has the layout of a <c>node_modules</c> folder.
/// </remarks>
public static class NativeFiles
{
    /// <summary>The folder of the Postgres server, with <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    /// <exception cref="DllNotFoundException">It is in none of the places.</exception>
    public static string PostgresFolder => Path.Combine(Package($"@embedded-postgres/{Platform}"), "native");

    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    private static string Package(string name)
    {
        foreach (var root in Roots())
        {
            var folder = Path.Combine(root, name);
            if (Directory.Exists(folder)) return folder;
        }

        throw new DllNotFoundException(
            $"The native package {name} was not found in {string.Join(", ", Roots())}. Run 'dotnet build' again, or set HYBRID_NATIVES to the folder that holds it.");
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("HYBRID_NATIVES") is { Length: > 0 } set) yield return set;
        yield return Path.Combine(AppContext.BaseDirectory, "natives");
        var built = typeof(NativeFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == "HybridNatives")?.Value;
        if (built is not null) yield return built;
    }
}
