Console.Error.WriteLine("simulation: nothing to simulate yet");
return 1;
