using System.CommandLine;
using HybridStore.Cli.Doctor;
using HybridStore.Cli.Options;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Commands;

/// <summary><c>hybrid doctor</c>: whether everything that hybrid needs is there, and what to do where it is not.</summary>
internal static class DoctorCommand
{
    internal static Command Build(GlobalOptions options)
    {
        var command = new ExampleCommand("doctor", "Check the program, the machine, the store and Postgres; say what to do. Changes nothing; exit code 5 when something fails", "hybrid doctor", "hybrid doctor --format json");
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Context(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var paths = new StorePaths(Path.GetFullPath(context.Store));
        List<Finding> findings =
        [
            .. MachineChecks.Run(), .. StoreChecks.Run(paths), ZoneChecks.Run(paths),
            .. await PostgresChecks.RunAsync(paths, cancellationToken),
        ];
        var diagnosis = new Diagnosis(findings.Max(finding => finding.Status), paths.Root, findings);
        if (context.IsJson) JsonOutput.Write(context.Out, diagnosis, JsonOutput.Readable.Diagnosis);
        else WriteText(context, diagnosis);
        return diagnosis.Status == FindingStatus.Fail ? ExitCode.Environment : ExitCode.Ok;
    }

    private static void WriteText(CommandContext context, Diagnosis diagnosis)
    {
        var style = context.OutStyle();
        var width = diagnosis.Checks.Max(finding => finding.Check.Length);
        foreach (var finding in diagnosis.Checks)
        {
            var mark = finding.Status switch
            {
                FindingStatus.Ok => style.Good("ok  "),
                FindingStatus.Warn => style.Caution("warn"),
                _ => style.Bad("FAIL"),
            };
            context.Out.WriteLine($"  {mark}  {finding.Check.PadRight(width)}  {finding.Found}");
            if (finding.Advice is { } advice) context.Out.WriteLine($"        {new string(' ', width)}  {advice}");
        }

        var failed = diagnosis.Checks.Count(finding => finding.Status == FindingStatus.Fail);
        var warned = diagnosis.Checks.Count(finding => finding.Status == FindingStatus.Warn);
        context.Out.WriteLine();
        context.Out.WriteLine(failed > 0 ? $"  {failed} of {diagnosis.Checks.Count} checks failed." : warned > 0 ? $"  All works; {warned} to look at." : "  All is well.");
    }
}
