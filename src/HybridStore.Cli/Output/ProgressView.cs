using System.Collections.Concurrent;
using HybridStore.Ingest;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HybridStore.Cli.Output;

/// <summary>Shows how far an ingest is while it runs: a bar on a terminal, a line every few seconds elsewhere.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BarPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the work on another thread and shows its progress on this one.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="progress">Written by the work.</param>
    /// <param name="work">Gets what to call with a note for the user, from any thread.</param>
    internal static T Run<T>(CommandContext context, IngestProgress progress, Func<Action<string>, T> work)
    {
        if (context.IsQuiet) return work(_ => { });
        // On a terminal a note must not come between the strokes of the bar: the thread that draws it writes both.
        var notes = new ConcurrentQueue<string>();
        var task = Task.Run(() => work(context.IsErrorTerminal ? notes.Enqueue : context.Note));
        try
        {
            if (context.IsErrorTerminal) ShowBar(context, progress, task, notes);
            else ShowLines(context, progress, task);
        }
        catch (AggregateException)
        {
            // The work's own exception; thrown again below without the wrapping.
        }

        return task.GetAwaiter().GetResult();
    }

    private static void ShowLines(CommandContext context, IngestProgress progress, Task task)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!task.Wait(LinePeriod))
        {
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            context.Error.WriteLine($"{ProgressText.Percent(progress):0}% {ProgressText.Line(progress, seconds, Environment.WorkingSet)}");
        }
    }

    private static void ShowBar(CommandContext context, IngestProgress progress, Task task, ConcurrentQueue<string> notes)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(context.Error),
            ColorSystem = context.HasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        var started = TimeProvider.System.GetTimestamp();
        console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TextColumn(() => ProgressText.Line(progress, TimeProvider.System.GetElapsedTime(started).TotalSeconds, Environment.WorkingSet)))
            .Start(view =>
            {
                var bar = view.AddTask("ingest", maxValue: 100);
                try
                {
                    while (!task.Wait(BarPeriod))
                    {
                        Write(console, notes);
                        bar.Value = ProgressText.Percent(progress);
                    }

                    bar.Value = 100;
                }
                finally
                {
                    Write(console, notes);
                }
            });
    }

    private static void Write(IAnsiConsole console, ConcurrentQueue<string> notes)
    {
        while (notes.TryDequeue(out var note)) console.WriteLine(note);
    }

    private sealed class TextColumn(Func<string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text());
    }
}
