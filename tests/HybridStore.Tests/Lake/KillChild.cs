using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HybridStore.Tests.Lake;

/// <summary>A process that does one work on a lake and kills itself, with SIGKILL, before one of its steps.</summary>
internal static class KillChild
{
    private const string StoreVariable = "HYBRID_TEST_KILL_STORE";
    private const string WorkVariable = "HYBRID_TEST_KILL_WORK";
    private const string StepVariable = "HYBRID_TEST_KILL_STEP";

    internal static Process Start(string store, string work, int step)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, typeof(KillChild).Assembly.GetName().Name!)) { RedirectStandardOutput = true };
        start.Environment[StoreVariable] = store;
        start.Environment[WorkVariable] = work;
        start.Environment[StepVariable] = step.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_TieredPGO"] = "0"; // It never runs long enough to gain from it.
        return Process.Start(start)!;
    }

    /// <summary>Runs before the test runner does, which would look at every test first.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It is the quickest way into a child of this very program.")]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(StoreVariable) is not { } store) return;
        var left = int.Parse(Environment.GetEnvironmentVariable(StepVariable)!, CultureInfo.InvariantCulture);
        try
        {
            using var lake = new LakeFixture(store);
            LakeWork.Do(lake, lake.TableWith(_ =>
            {
                if (left-- == 0) Process.GetCurrentProcess().Kill();
            }), Environment.GetEnvironmentVariable(WorkVariable)!);
            Console.Out.Write("came to its end");
        }
        catch (Exception error)
        {
            Console.Out.Write(error);
        }

        Environment.Exit(1);
    }
}
