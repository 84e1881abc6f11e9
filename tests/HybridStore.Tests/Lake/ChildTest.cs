using System.Diagnostics;

namespace HybridStore.Tests.Lake;

/// <summary>Runs an explicit test of this assembly in a process of its own.</summary>
internal static class ChildTest
{
    /// <summary>Starts it.</summary>
    /// <param name="type">The test's class.</param>
    /// <param name="method">An explicit test.</param>
    /// <param name="variables">What it is to know.</param>
    internal static Process Start(Type type, string method, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, typeof(ChildTest).Assembly.GetName().Name!)) { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-method", $"{type.FullName}.{method}", "-explicit", "only", "-noLogo" }) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code and output.</returns>
    internal static (int ExitCode, string Output) Finish(Process child)
    {
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return (child.ExitCode, output);
    }
}
