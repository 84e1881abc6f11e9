using System.CommandLine;
using System.Reflection;
using HybridStore.Cli.Options;
using HybridStore.Native.DuckDb;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid version</c></summary>
internal static class VersionCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("version", "Print the versions of hybrid and of what it carries.", "hybrid version --format json");
        command.SetAction(parsed => Run(options.Context(parsed)));
        return command;
    }

    private static int Run(CommandContext context)
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        if (context.IsJson) context.Out.WriteLine($$"""{"version":"{{version}}","duckdb":"{{DuckDbLibrary.Version}}","dotnet":"{{Environment.Version}}"}""");
        else context.Out.WriteLine($"hybrid {version} (DuckDB {DuckDbLibrary.Version}, .NET {Environment.Version})");
        return ExitCode.Ok;
    }
}
